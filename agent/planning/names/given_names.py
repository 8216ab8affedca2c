"""Given names in common use, of four letters and more: no drug, vaccine or measurement is cut short to one of them.

"Was vera given any?" asks for somebody, however it is typed. A name that a drug has too ("camila") is not among them.
"""

from __future__ import annotations

_NAMES = """
aaron adam adele adrian agnes aida alan alana albert aldo alec alex alexa alfred alice alicia alina alma alva alvin
amanda amber amelia amina amir amos anais andre andrea andrew andy angel angela angelo anita anna annie anton antonia
ariana ariel arlo arthur asher astrid aubrey audrey aurora austin axel barb barbara bart basil beau bella benny
bernard bert beth betty bianca bill blake bonnie brad brandon brenda brent brett brian bruce bruno bryan caleb calvin
cameron cara carl carla carlo carlos carmen carol carole caroline casey cassie cecil cecilia celeste celia chad
charles charlie chloe chris chuck cindy claire clara clark claude claudia cleo cliff clint clive cole colin connie
connor conrad cora corey craig curt curtis cynthia daisy dana daniel danny daphne darcy daria darla darren dave david
dawn dean deborah debra delia della denis denise dennis derek devin diana diane diego dina dolores dominic donald
donna dora doris dorothy doug duncan dwayne dylan eddie edgar edith edna edwin eileen elaine eleanor elena elias
elijah elisa eliza ella ellen ellie elmer elsa elsie elvira emil emily emma eric erica erik erin ernest esme esther
ethan etta eugene eunice evan evelyn ezra felix fern fiona flora florence floyd frances francis franco frank fred
freda freya gail gala gary gavin gene geneva george gerald geri gerry gilbert gina ginger giselle gita glen glenda
gloria grace greg greta guido gwen hank hanna hannah harold harriet harry harvey hazel heather hector heidi helen
helena helga henry herb herman hilda holly homer howard hugh hugo ibrahim igor imani inez ingrid irene iris irma irvin
isaac isabel ivan jack jackie jacob jade jaime jake james jamie jane janet janice jared jason jasper javier jean jeff
jenna jenny jeremy jerome jerry jess jesse jill joan joann joel joey john jonas jordan jose josef joseph joyce juan
juana judith judy jules julia julian julie justin kara karen karl kate kathy katy kayla keith kelly kelvin kendra kent
kerry kevin kira kirk kristen kurt kyle lana lance lara larry laura lauren laurie leah lena leon leona leonard leroy
leslie leta levi liam lila lillian lily lina linda lionel lisa liza lloyd logan lois lola lora loren lorena loretta
lori lorna louis louisa lucas lucia lucille lucy luis luke luna luther lydia lyla lynn mabel maggie malcolm mali manny
mara marc marcel marcia marco marcus margaret maria marie marina mario marion marisa marlene marsha martha martin
marty marvin mary mason matt maud maureen maya megan melanie melissa mercy meredith micah michael mick miguel mila
mildred milo mimi mina mindy mira miranda miriam mitch moira molly mona monica morgan morris moses muriel myra myron
nadia nancy naomi nathan neal neil nell nelson nestor nick nico nicole nigel nina nita noah noel nola nora norma
norman olga oliver olivia omar orla oscar otis otto owen pablo paige pamela pansy patricia patrick paul paula pearl
pedro peggy penny perry pete peter petra phil philip phoebe pierre polly portia quentin quinn rachel ralph ramon randy
raquel raul raymond reba rebecca regina remi remy rene renee rhoda rhonda ricardo richard rick rita robert robin rocky
rodney roger roland roman ronald ronnie rory rosa rosalind rosie ross roxanne ruby rudy rufus russell ruth ryan
sabrina sadie sally salma samantha samuel sandra sara sarah saul scott sean selena selma serena sergio seth shane
shannon sharon sheila sherry sidney sierra silas silvia simon simone sofia sonia sonja sophia stacy stan stella
stephen steve stuart susan sven sylvia talia tamara tami tania tanya tara tariq tasha taylor teresa terry tess tessa
thea thelma theo theodore theresa thomas tiffany tilda timothy tina tobias todd tomas toni tony tracy trent trevor
trina tristan troy tyler tyra tyrone ursula valentina valerie vanessa vera vernon veronica vicki victor victoria vida
vince violet virgil virginia vivian wade walter wanda warren wayne wendy wilbur willa william willie wilma winston
xavier yolanda yvette yvonne zach zane zara zelda zora
"""
GIVEN_NAMES = frozenset(_NAMES.split())
